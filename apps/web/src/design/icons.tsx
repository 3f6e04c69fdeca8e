import type { ReactNode } from 'react';

function Icon({ children }: { readonly children: ReactNode }): ReactNode {
  return (
    <svg
      aria-hidden="true"
      viewBox="0 0 20 20"
      className="size-[1.125rem] shrink-0"
      fill="none"
      stroke="currentColor"
      strokeWidth="1.7"
      strokeLinecap="round"
      strokeLinejoin="round"
    >
      {children}
    </svg>
  );
}

export const CrossIcon = (): ReactNode => (
  <Icon>
    <path d="m5 5 10 10M15 5 5 15" />
  </Icon>
);
export const UpIcon = (): ReactNode => (
  <Icon>
    <path d="m5 12 5-5 5 5" />
  </Icon>
);
export const DownIcon = (): ReactNode => (
  <Icon>
    <path d="m5 8 5 5 5-5" />
  </Icon>
);
export const PlusIcon = (): ReactNode => (
  <Icon>
    <path d="M10 4v12M4 10h12" />
  </Icon>
);
export const CheckIcon = (): ReactNode => (
  <Icon>
    <path d="m4.5 10.5 3.5 3.5 7.5-8" />
  </Icon>
);
export const TrashIcon = (): ReactNode => (
  <Icon>
    <path d="M4 6h12M8 6V4h4v2M6 6l.7 10h6.6L14 6" />
  </Icon>
);
export const PenIcon = (): ReactNode => (
  <Icon>
    <path d="m4 16 1-4 8-8 3 3-8 8-4 1Z" />
  </Icon>
);
export const LockIcon = (): ReactNode => (
  <Icon>
    <path d="M5 9h10v7H5zM7 9V6.5a3 3 0 0 1 6 0V9" />
  </Icon>
);
export const LeftIcon = (): ReactNode => (
  <Icon>
    <path d="m12 5-5 5 5 5" />
  </Icon>
);
export const RightIcon = (): ReactNode => (
  <Icon>
    <path d="m8 5 5 5-5 5" />
  </Icon>
);
export const SunIcon = (): ReactNode => (
  <Icon>
    <circle cx="10" cy="10" r="3.2" />
    <path d="M10 2.5v1.6M10 15.9v1.6M2.5 10h1.6M15.9 10h1.6M4.7 4.7l1.1 1.1M14.2 14.2l1.1 1.1M4.7 15.3l1.1-1.1M14.2 5.8l1.1-1.1" />
  </Icon>
);
export const MoonIcon = (): ReactNode => (
  <Icon>
    <path d="M16.5 11.8A6.7 6.7 0 0 1 8.2 3.5a6.7 6.7 0 1 0 8.3 8.3Z" />
  </Icon>
);
export const BellIcon = (): ReactNode => (
  <Icon>
    <path d="M5 13.5V9a5 5 0 0 1 10 0v4.5l1.5 1.5h-13L5 13.5ZM8.3 17.2a1.9 1.9 0 0 0 3.4 0" />
  </Icon>
);
