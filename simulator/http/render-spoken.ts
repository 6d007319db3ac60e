import { dateText, dayOf } from '../world/calendar.ts';
import { MARKETS } from '../world/markets.ts';
import type { Audiobook, Chapter, Episode, Show } from '../world/spoken.ts';
import type { Call, Json } from './call.ts';
import { pageOf } from './paging.ts';
import { extended, head, imagesOf } from './render-music.ts';

/** Where the person stopped; only for a person who granted it. */
function resumePoint(call: Call): Json {
  const isShown = call.listenerOrNull() !== null && call.may('user-read-playback-position');
  return isShown ? { resume_point: { fully_played: false, resume_position_ms: 0 } } : {};
}

/** Episodes of a show that are out, newest first. */
export function episodesOut(call: Call, show: Show): readonly Episode[] {
  return show.episodes.filter((episode) => episode.releasedAt <= call.now).reverse();
}

export function simplifiedShow(call: Call, show: Show): Json {
  return {
    copyrights: [],
    description: show.description,
    html_description: `<p>${show.description}</p>`,
    explicit: show.explicit,
    ...head(call, 'show', show.id),
    images: imagesOf(show.id),
    is_externally_hosted: false,
    languages: [show.language],
    media_type: 'audio',
    name: show.name,
    total_episodes: episodesOut(call, show).length,
    ...extended(call, () => ({ available_markets: MARKETS, publisher: show.publisher })),
  };
}

export function fullShow(call: Call, show: Show): Json {
  const slice = { path: `/shows/${show.id}/episodes`, limit: 50, offset: 0 };
  return {
    ...simplifiedShow(call, show),
    episodes: pageOf(call, slice, episodesOut(call, show), (episode) => simplifiedEpisode(call, episode)),
  };
}

export function simplifiedEpisode(call: Call, episode: Episode): Json {
  return {
    audio_preview_url: null,
    description: episode.description,
    html_description: `<p>${episode.description}</p>`,
    duration_ms: episode.durationMs,
    explicit: episode.show.explicit,
    ...head(call, 'episode', episode.id),
    images: imagesOf(episode.id),
    is_externally_hosted: false,
    is_playable: true,
    language: episode.show.language,
    languages: [episode.show.language],
    name: episode.name,
    release_date: dateText(dayOf(episode.releasedAt)),
    release_date_precision: 'day',
    ...resumePoint(call),
  };
}

export function fullEpisode(call: Call, episode: Episode): Json {
  return { ...simplifiedEpisode(call, episode), show: simplifiedShow(call, episode.show) };
}

export function simplifiedAudiobook(call: Call, book: Audiobook): Json {
  const description = `${book.name}, read by ${book.narrators.join(' and ')}.`;
  return {
    authors: book.authors.map((name) => ({ name })),
    copyrights: [],
    description,
    html_description: `<p>${description}</p>`,
    edition: 'Unabridged',
    explicit: false,
    ...head(call, 'audiobook', book.id),
    images: imagesOf(book.id),
    languages: [book.language],
    media_type: 'audio',
    name: book.name,
    narrators: book.narrators.map((name) => ({ name })),
    total_chapters: book.chapters.length,
    ...extended(call, () => ({ available_markets: MARKETS, publisher: book.publisher })),
  };
}

export function fullAudiobook(call: Call, book: Audiobook): Json {
  const slice = { path: `/audiobooks/${book.id}/chapters`, limit: 50, offset: 0 };
  return {
    ...simplifiedAudiobook(call, book),
    chapters: pageOf(call, slice, book.chapters, (chapter) => simplifiedChapter(call, chapter)),
  };
}

export function simplifiedChapter(call: Call, chapter: Chapter): Json {
  const description = `${chapter.name} of ${chapter.audiobook.name}`;
  return {
    audio_preview_url: null,
    chapter_number: chapter.number,
    description,
    html_description: `<p>${description}</p>`,
    duration_ms: chapter.durationMs,
    explicit: false,
    ...head(call, 'chapter', chapter.id),
    type: 'episode',
    images: imagesOf(chapter.audiobook.id),
    is_playable: true,
    languages: [chapter.audiobook.language],
    name: chapter.name,
    release_date: '0000',
    release_date_precision: 'year',
    ...resumePoint(call),
    ...extended(call, () => ({ available_markets: MARKETS })),
  };
}

export function fullChapter(call: Call, chapter: Chapter): Json {
  return { ...simplifiedChapter(call, chapter), audiobook: simplifiedAudiobook(call, chapter.audiobook) };
}
