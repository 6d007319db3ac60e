/** Says that a folder may be thrown away: the demo makes it, and only the demo removes it. */
export const DEMO_MARK = 'made-by-tonearm-demo';
