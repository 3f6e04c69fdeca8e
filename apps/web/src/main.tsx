import '@fontsource-variable/inter/wght.css';
import '@fontsource-variable/source-serif-4/wght.css';
import '@fontsource-variable/source-serif-4/wght-italic.css';
import './design/design.css';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { App } from './app/app.tsx';
import { Session } from './app/session.ts';
import { applyTheme } from './app/theme.ts';
import { router } from './app/router.tsx';
import { startWorker } from './offline/start-worker.ts';

applyTheme();
const session = new Session();
void session.begin();
if (import.meta.env.PROD) router.subscribe('onResolved', startWorker(import.meta.url));

const root = document.getElementById('root');
if (root === null) throw new Error('index.html has no element with the id "root"');
createRoot(root).render(
  <StrictMode>
    <App session={session} />
  </StrictMode>,
);
