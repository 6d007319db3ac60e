import { QueryClientProvider } from '@tanstack/preact-query';
import { render } from 'preact';
import { App } from './app/app.tsx';
import { keepTheme } from './app/theme.ts';
import { queries } from './data/queries.ts';
import './style/base.css';
import './style/shell.css';
import './style/panels.css';
import './style/charts.css';

keepTheme();
const frame = document.getElementById('app');
if (frame === null) throw new Error('index.html has no #app');
render(
  <QueryClientProvider client={queries}>
    <App />
  </QueryClientProvider>,
  frame,
);
