import { useState, type ReactNode } from 'react';
import { Dialog as AriaDialog, DialogTrigger } from 'react-aria-components/Dialog';
import { Heading } from 'react-aria-components/Heading';
import { Modal, ModalOverlay } from 'react-aria-components/Modal';
import { Button } from './button.tsx';
import { classes } from './classes.ts';

const OVERLAY = 'fixed inset-0 z-40 grid place-items-center overflow-y-auto bg-black/45 p-4 backdrop-blur-[2px]';
const BOX = 'w-full max-w-md animate-[appear_160ms_ease-out] rounded-2xl border border-line bg-surface p-6 shadow-float sm:p-7';
const TITLE = 'text-xl font-semibold tracking-[-0.015em]';

export type DialogProps = {
  readonly title: string;
  /** A button that opens it. */
  readonly trigger: ReactNode;
  readonly children: (close: () => void) => ReactNode;
  readonly role?: 'dialog' | 'alertdialog';
};

/** Takes the focus, keeps it, and gives it back; Escape closes it. */
export function Dialog({ title, trigger, children, role = 'dialog' }: DialogProps): ReactNode {
  return (
    <DialogTrigger>
      {trigger}
      <ModalOverlay isDismissable={role === 'dialog'} className={OVERLAY}>
        <Modal className={BOX}>
          <AriaDialog role={role} className="flex flex-col gap-4 outline-none">
            {({ close }) => (
              <>
                <Heading slot="title" className={TITLE}>
                  {title}
                </Heading>
                {children(close)}
              </>
            )}
          </AriaDialog>
        </Modal>
      </ModalOverlay>
    </DialogTrigger>
  );
}

export type ConfirmProps = {
  readonly title: string;
  readonly trigger: ReactNode;
  readonly children: ReactNode;
  readonly confirm: string;
  readonly cancel: string;
  /** The dialog closes when it resolves, and stays with the error's message when it does not. */
  readonly onConfirm: () => Promise<void>;
};

/** Asks before what cannot easily be taken back. */
export function Confirm({ title, trigger, children, confirm, cancel, onConfirm }: ConfirmProps): ReactNode {
  const [pending, setPending] = useState(false);
  const [failure, setFailure] = useState<string>();
  const act = async (close: () => void): Promise<void> => {
    setPending(true);
    setFailure(undefined);
    try {
      await onConfirm();
      close();
    } catch (error) {
      setFailure(error instanceof Error ? error.message : String(error));
    } finally {
      setPending(false);
    }
  };
  return (
    <Dialog title={title} trigger={trigger} role="alertdialog">
      {(close) => (
        <>
          <div className="text-soft">{children}</div>
          {failure !== undefined && (
            <p role="alert" className="text-danger">
              {failure}
            </p>
          )}
          <div className="mt-2 flex flex-wrap justify-end gap-3">
            <Button look="secondary" onPress={close} autoFocus>
              {cancel}
            </Button>
            <Button look="danger" isPending={pending} onPress={() => void act(close)}>
              {confirm}
            </Button>
          </div>
        </>
      )}
    </Dialog>
  );
}

export type AskDialogProps = {
  readonly isOpen: boolean;
  readonly title: string;
  readonly children: ReactNode;
  readonly confirm: string;
  readonly cancel: string;
  readonly onConfirm: () => void;
  readonly onCancel: () => void;
};

/** A question that nobody pressed a button for. */
export function AskDialog({ isOpen, title, children, confirm, cancel, onConfirm, onCancel }: AskDialogProps): ReactNode {
  return (
    <ModalOverlay isOpen={isOpen} onOpenChange={(open) => void (!open && onCancel())} className={OVERLAY}>
      <Modal className={BOX}>
        <AriaDialog role="alertdialog" className="flex flex-col gap-4 outline-none">
          <Heading slot="title" className={TITLE}>
            {title}
          </Heading>
          <div className="text-soft">{children}</div>
          <div className="mt-2 flex flex-wrap justify-end gap-3">
            <Button look="secondary" onPress={onCancel} autoFocus>
              {cancel}
            </Button>
            <Button look="danger" onPress={onConfirm}>
              {confirm}
            </Button>
          </div>
        </AriaDialog>
      </Modal>
    </ModalOverlay>
  );
}

export type WideDialogProps = {
  readonly title: string;
  readonly children: ReactNode;
  /** What stays in sight below. */
  readonly footer: ReactNode;
  /** Escape. A press beside it does nothing: there is work in it. */
  readonly onClose: () => void;
};

/** For work that needs room: as wide as the window allows, and on a phone all of it. */
export function WideDialog({ title, children, footer, onClose }: WideDialogProps): ReactNode {
  return (
    <ModalOverlay
      isOpen
      onOpenChange={(open) => void (!open && onClose())}
      className="fixed inset-0 z-40 grid place-items-center bg-black/45 backdrop-blur-[2px] sm:p-4"
    >
      <Modal className="flex h-dvh w-full max-w-6xl animate-[appear_160ms_ease-out] flex-col border-line bg-surface shadow-float sm:h-auto sm:max-h-[calc(100dvh-2rem)] sm:rounded-2xl sm:border">
        <AriaDialog className="flex min-h-0 flex-1 flex-col outline-none">
          <Heading slot="title" className={classes(TITLE, 'px-4 pt-5 pb-3 sm:px-7 sm:pt-7')}>
            {title}
          </Heading>
          <div className="flex min-h-0 flex-1 flex-col gap-5 overflow-y-auto px-4 pb-5 sm:px-7">{children}</div>
          <div className="flex flex-wrap items-center justify-end gap-3 border-t border-line px-4 py-3.5 sm:px-7">{footer}</div>
        </AriaDialog>
      </Modal>
    </ModalOverlay>
  );
}
