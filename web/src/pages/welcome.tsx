import { Link } from 'wouter-preact';
import { usePageLink } from '../app/links.ts';
import { PlainHead } from '../app/page-head.tsx';

/** Of a lake that holds no play yet: the two ways to some. */
export const Welcome = ({ page }: { readonly page: string }) => (
  <>
    <PlainHead page={page} title="Nothing has been played here yet" />
    <ul class="ways">
      <li>
        <Link href={usePageLink('/import')} class="way">
          <b>Import your export</b>
          <span>Every play since your first one, as Spotify hands it out. It asks Spotify nothing.</span>
        </Link>
      </li>
      <li>
        <Link href={usePageLink('/pipeline')} class="way">
          <b>Start a run</b>
          <span>The last 50 plays and your library, by the Web API; it needs a login: tonearm login.</span>
        </Link>
      </li>
    </ul>
  </>
);
