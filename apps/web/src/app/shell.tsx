import { useEffect, useRef, useState, type ReactNode } from 'react';
import { Link, Outlet, useLocation } from '@tanstack/react-router';
import type { Lost } from '@elira/sync-client';
import { useRows } from '@elira/sync-react';
import type { CourseAuthor } from '../data/tables.ts';
import { told } from '../data/problem.ts';
import { Button, buttonClasses } from '../design/button.tsx';
import { AskDialog, Dialog } from '../design/dialog.tsx';
import { Notice } from '../design/states.tsx';
import { toasts } from '../design/toasts.tsx';
import { Bell } from '../news/bell.tsx';
import { KeepsNothing, LostChanges, OnDevice } from '../offline/device-states.tsx';
import { SignInForm } from '../sign-in/sign-in-form.tsx';
import { FreshnessIndicator } from './freshness-indicator.tsx';
import { usePerson, useSession } from './session-context.tsx';
import { TEXT } from './text.ts';
import { ThemeSwitch } from './theme-switch.tsx';
import { WaitingIndicator } from './waiting-indicator.tsx';

/** What stands around every page: where one can go, who one is, how fresh the rows are. */
export function Shell(): ReactNode {
  const { ended } = useSession();
  const { pathname } = useLocation();
  const main = useRef<HTMLElement>(null);
  useFocusOnNewPage(main);
  return (
    <div className="flex min-h-dvh flex-col">
      <a
        href="#content"
        className="sr-only rounded-lg bg-accent text-on-accent focus:not-sr-only focus:absolute focus:top-3 focus:left-3 focus:z-50 focus:px-4 focus:py-2"
      >
        {TEXT.skip}
      </a>
      <TopBar />
      {ended && <SessionEnded />}
      <KeepsNothing />
      <LostChanges />
      <main id="content" ref={main} tabIndex={-1} className="flex-1 outline-none">
        {pathname === '/sign-in' ? (
          <Outlet />
        ) : (
          <OnDevice>
            <Outlet />
          </OnDevice>
        )}
      </main>
    </div>
  );
}

/** On a narrow screen words have a line of their own; the dot that says that all is well needs none. */
const STATE =
  'order-last flex basis-full flex-wrap items-center gap-2 pb-2 md:order-none md:-mr-4 md:ml-auto md:basis-auto md:pb-0 has-[>[data-freshness=quiet]:only-child]:order-none has-[>[data-freshness=quiet]:only-child]:basis-auto has-[>[data-freshness=quiet]:only-child]:pb-0';

function TopBar(): ReactNode {
  const person = usePerson();
  return (
    <header className="sticky top-0 z-30 border-b border-line bg-paper/90 backdrop-blur-md">
      <div className="mx-auto flex max-w-6xl flex-wrap items-center gap-x-2 px-4 sm:px-8 md:gap-x-6">
        <Link
          to="/"
          className="mr-auto flex h-14 items-center gap-2.5 rounded-lg text-lg font-bold tracking-[-0.02em] no-underline md:mr-0"
        >
          <img src="/favicon.svg" alt="" className="size-7" />
          {TEXT.name}
        </Link>
        <nav
          aria-label={TEXT.nav.label}
          className="order-last -mx-1 flex basis-full gap-1 overflow-x-auto pb-2 md:order-none md:basis-auto md:pb-0"
        >
          <Places />
        </nav>
        <div className={STATE}>
          <WaitingIndicator />
          <FreshnessIndicator />
        </div>
        <div className="flex items-center gap-1 sm:gap-2">
          <ThemeSwitch />
          {person !== undefined && <Bell />}
          {person === undefined ? (
            <Link to="/sign-in" className={buttonClasses('primary', 'small')}>
              {TEXT.signIn}
            </Link>
          ) : (
            <Account name={person.name} />
          )}
        </div>
      </div>
    </header>
  );
}

const PLACE =
  'rounded-lg px-3 py-1.5 text-[0.9375rem] font-medium whitespace-nowrap text-soft no-underline transition-colors hover:bg-sunken hover:text-ink aria-[current=page]:bg-accent-soft aria-[current=page]:text-accent-strong';

function Places(): ReactNode {
  const person = usePerson();
  const authored = useRows<CourseAuthor>('course_authors', { where: { userId: person?.id ?? '' } });
  const isAuthor = person !== undefined && (person.role !== 'learner' || authored.length > 0);
  const exact = { exact: true } as const;
  useCurrentPlaceInView();
  return (
    <>
      <Link to="/" className={PLACE} activeOptions={exact}>
        {TEXT.nav.catalogue}
      </Link>
      {person !== undefined && (
        <Link to="/learning" className={PLACE}>
          {TEXT.nav.learning}
        </Link>
      )}
      {isAuthor && (
        <Link to="/author" className={PLACE}>
          {TEXT.nav.authoring}
        </Link>
      )}
      {isAuthor && (
        <Link to="/dashboard" className={PLACE}>
          {TEXT.nav.dashboard}
        </Link>
      )}
      {person?.role === 'admin' && (
        <Link to="/admin" className={PLACE}>
          {TEXT.nav.admin}
        </Link>
      )}
    </>
  );
}

/** On a narrow screen the places are scrolled, and where one is should be seen. */
function useCurrentPlaceInView(): void {
  const { pathname } = useLocation();
  useEffect(() => {
    document.querySelector('nav [aria-current=page]')?.scrollIntoView({ block: 'nearest', inline: 'nearest' });
  }, [pathname]);
}

function Account({ name }: { readonly name: string }): ReactNode {
  const { session } = useSession();
  const [asked, setAsked] = useState<{ readonly lost: Lost; readonly answer: (yes: boolean) => void }>();
  const ask = async (lost: Lost): Promise<boolean> => {
    const yes = await new Promise<boolean>((answer) => setAsked({ lost, answer }));
    setAsked(undefined);
    return yes;
  };
  const signOut = (): void => void session.signOut(ask).catch((error: unknown) => toasts.say(told(error), 'danger'));
  return (
    <>
      <span className="hidden max-w-40 truncate px-1 text-sm font-medium text-soft lg:inline" title={TEXT.signedInAs(name)}>
        {name}
      </span>
      <Button look="quiet" size="small" onPress={signOut}>
        {TEXT.signOut}
      </Button>
      <AskDialog
        isOpen={asked !== undefined}
        title={TEXT.waiting.signOutTitle}
        confirm={TEXT.waiting.signOut}
        cancel={TEXT.waiting.stay}
        onConfirm={() => asked?.answer(true)}
        onCancel={() => asked?.answer(false)}
      >
        {asked !== undefined && TEXT.waiting.wouldBeLost(asked.lost.unsent, asked.lost.refused)}
      </AskDialog>
    </>
  );
}

function SessionEnded(): ReactNode {
  return (
    <div className="mx-auto w-full max-w-6xl px-4 pt-4 sm:px-8">
      <Notice
        tone="warn"
        title={TEXT.ended.title}
        actions={
          <Dialog title={TEXT.ended.action} trigger={<Button size="small">{TEXT.ended.action}</Button>}>
            {(close) => <SignInForm onDone={close} />}
          </Dialog>
        }
      >
        {TEXT.ended.body}
      </Notice>
    </div>
  );
}

/** A new page is read from its beginning, by screen readers and keyboards too. */
function useFocusOnNewPage(main: { readonly current: HTMLElement | null }): void {
  const { pathname } = useLocation();
  const shown = useRef(pathname);
  useEffect(() => {
    if (shown.current === pathname) return;
    shown.current = pathname;
    main.current?.focus({ preventScroll: true });
  }, [pathname, main]);
}
