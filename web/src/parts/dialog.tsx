import type { ComponentChildren, JSX } from "preact";
import { useLayoutEffect, useRef } from "preact/hooks";

import type { Action } from "../use_query";
import { Problem } from "./basics";
import { Icon } from "./icon";

/** A question in front of the page: the keyboard stays in it, Escape closes it, and focus goes back where it was. */
export function Dialog(props: {
  title: string;
  onClose: () => void;
  children: ComponentChildren;
  isWide?: boolean;
}): JSX.Element {
  const dialog = useRef<HTMLDialogElement>(null);
  // Closing gives the focus back to where it was; that cannot have it while the dialog is open.
  useLayoutEffect(() => {
    const opened = dialog.current;
    opened?.showModal();
    return () => opened?.close();
  }, []);
  return (
    <dialog
      ref={dialog}
      class={props.isWide ? "dialog wide" : "dialog"}
      aria-labelledby="dialog-title"
      onCancel={(event) => {
        event.preventDefault();
        props.onClose();
      }}
    >
      <div class="dialog-head">
        <h2 id="dialog-title">{props.title}</h2>
        <button type="button" class="icon-button" aria-label="Close" onClick={props.onClose}>
          <Icon name="close" />
        </button>
      </div>
      {props.children}
    </dialog>
  );
}

/** A dialog with a form in it, whose button does something. */
export function FormDialog(props: {
  title: string;
  submit: string;
  busy: string;
  isDangerous?: boolean;
  isDisabled?: boolean;
  isWide?: boolean;
  action: Action;
  onSubmit: () => void;
  onClose: () => void;
  /** Stays in sight above the buttons, however long the rest is. */
  foot?: ComponentChildren;
  children: ComponentChildren;
}): JSX.Element {
  return (
    <Dialog title={props.title} onClose={props.onClose} isWide={props.isWide ?? false}>
      <form
        class="dialog-form"
        onSubmit={(event) => {
          event.preventDefault();
          if (!props.isDisabled && !props.action.isRunning) props.onSubmit();
        }}
      >
        <div class="dialog-body">
          {props.children}
          {props.action.error && <Problem error={props.action.error} />}
        </div>
        <div class="dialog-foot">
          {props.foot}
          <div class="dialog-buttons">
            <button type="button" class="button" onClick={props.onClose}>
              Not now
            </button>
            <button
              type="submit"
              class={props.isDangerous ? "button danger" : "button primary"}
              disabled={props.isDisabled || props.action.isRunning}
            >
              {props.action.isRunning ? props.busy : props.submit}
            </button>
          </div>
        </div>
      </form>
    </Dialog>
  );
}

export function Field(props: {
  label: string;
  hint?: ComponentChildren;
  id: string;
  children: ComponentChildren;
}): JSX.Element {
  return (
    <div class="field">
      <label htmlFor={props.id}>{props.label}</label>
      {props.children}
      {props.hint && (
        <p class="hint" id={`${props.id}-hint`}>
          {props.hint}
        </p>
      )}
    </div>
  );
}
