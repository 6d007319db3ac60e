import { useEffect, useId, useRef, useState } from 'preact/hooks';
import { addressOf, askText, type Params } from '../data/api.ts';
import { reportPath } from '../data/queries.ts';
import { announce } from './announcement.tsx';

interface ToolsProps {
  readonly title: string;
  readonly report: string;
  readonly params: Params;
  readonly isTable: boolean;
  readonly onTable: (isTable: boolean) => void;
}

/** What can be done with a panel: look at it as a table, take its SQL, take its rows. */
export function Tools({ title, report, params, isTable, onTable }: ToolsProps) {
  const [isOpen, setOpen] = useState(false);
  const [sql, setSql] = useState<string | null>(null);
  const frame = useRef<HTMLDivElement>(null);
  const id = useId();
  useClosing(frame, isOpen, () => setOpen(false));

  async function copySql(): Promise<void> {
    setOpen(false);
    const text = await askText(`${reportPath(report)}/sql`, params).catch((error: Error) => `-- ${error.message}`);
    if (await isCopied(text)) announce('SQL copied');
    else setSql(text);
  }

  const download = (format: string): string => addressOf(`${reportPath(report)}/download`, { ...params, format });
  return (
    <div class="tools" ref={frame}>
      <button
        type="button"
        class="tools-button"
        aria-expanded={isOpen}
        aria-controls={id}
        aria-label={`Tools for ${title}`}
        onClick={() => setOpen(!isOpen)}
      >
        <span aria-hidden="true">⋯</span>
      </button>
      <ul class="tools-list" id={id} hidden={!isOpen}>
        <li>
          <button
            type="button"
            onClick={() => {
              onTable(!isTable);
              setOpen(false);
            }}
          >
            {isTable ? 'As chart' : 'As table'}
          </button>
        </li>
        <li>
          <button type="button" onClick={() => void copySql()}>
            Copy SQL
          </button>
        </li>
        <li>
          <a href={download('csv')} download="">
            CSV
          </a>
        </li>
        <li>
          <a href={download('parquet')} download="">
            Parquet
          </a>
        </li>
      </ul>
      {sql === null ? null : <SqlShown sql={sql} onClose={() => setSql(null)} />}
    </div>
  );
}

/** Closes at Escape, at a click elsewhere, and when the focus leaves. */
function useClosing(frame: { readonly current: HTMLDivElement | null }, isOpen: boolean, close: () => void): void {
  useEffect(() => {
    if (!isOpen) return undefined;
    const isOutside = (event: Event): boolean => !(event.target instanceof Node && frame.current?.contains(event.target));
    const onOutside = (event: Event): void => {
      if (isOutside(event)) close();
    };
    const onKey = (event: KeyboardEvent): void => {
      if (event.key !== 'Escape') return;
      close();
      frame.current?.querySelector('button')?.focus();
    };
    document.addEventListener('pointerdown', onOutside);
    document.addEventListener('focusin', onOutside);
    document.addEventListener('keydown', onKey);
    return () => {
      document.removeEventListener('pointerdown', onOutside);
      document.removeEventListener('focusin', onOutside);
      document.removeEventListener('keydown', onKey);
    };
  }, [isOpen]);
}

/** Browsers have a clipboard only where the page came over https or from this machine, and people may refuse it. */
async function isCopied(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch (error) {
    return error instanceof Error ? false : Promise.reject(error);
  }
}

function SqlShown({ sql, onClose }: { readonly sql: string; readonly onClose: () => void }) {
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => dialog.current?.showModal(), []);
  return (
    <dialog class="dialog" ref={dialog} onClose={onClose} aria-label="SQL">
      <p class="note">This browser gives no access to the clipboard here. Copy it by hand:</p>
      <textarea readOnly rows={16} aria-label="SQL" onFocus={(event) => event.currentTarget.select()}>
        {sql}
      </textarea>
      <form method="dialog">
        <button type="submit" class="button">
          Close
        </button>
      </form>
    </dialog>
  );
}
