import { computed, effect, type ReadonlySignal, type Signal, signal } from '@preact/signals';

export type Theme = 'system' | 'light' | 'dark';
export const THEMES = ['system', 'light', 'dark'] as const;

const KEY = 'tonearm-theme';

/** As chosen on this browser, else as the system has it. */
export const theme: Signal<Theme> = signal(kept());

const system = matchMedia('(prefers-color-scheme: dark)');
const isSystemDark = signal(system.matches);
system.addEventListener('change', ({ matches }) => {
  isSystemDark.value = matches;
});

/** What is seen: a picture that is drawn once has to be drawn again when it changes. */
export const isDark: ReadonlySignal<boolean> = computed(() => (theme.value === 'system' ? isSystemDark.value : theme.value === 'dark'));

/** Some browsers keep nothing for a page, and say so by throwing. */
function kept(): Theme {
  try {
    const said = localStorage.getItem(KEY);
    return THEMES.find((one) => one === said) ?? 'system';
  } catch (error) {
    return error instanceof DOMException ? 'system' : rethrown(error);
  }
}

function rethrown(error: unknown): never {
  throw error;
}

/** Puts the choice on the page and keeps it. */
export function keepTheme(): () => void {
  return effect(() => {
    const now = theme.value;
    if (now === 'system') delete document.documentElement.dataset.theme;
    else document.documentElement.dataset.theme = now;
    try {
      if (now === 'system') localStorage.removeItem(KEY);
      else localStorage.setItem(KEY, now);
    } catch (error) {
      if (!(error instanceof DOMException)) throw error;
    }
  });
}
