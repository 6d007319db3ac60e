/** Questions to start from, in Trino's SQL, over the tables that a build publishes. */
export const SAVED_QUERIES: readonly { readonly id: string; readonly name: string; readonly description: string; readonly sql: string }[] =
  [
    {
      id: 'top-artists',
      name: 'Top artists of the last 90 days',
      description: 'Plays of 30 seconds or more, by the name of the artist.',
      sql: `select artist_name, count(*) as plays, sum(ms_played) / 3600000.0 as hours
from plays
where ended_at >= current_timestamp - interval '90' day and coalesce(ms_played, 30000) >= 30000
group by artist_name
order by plays desc
limit 50`,
    },
    {
      id: 'plays-per-month',
      name: 'Plays per month',
      description: 'In UTC, all that was played.',
      sql: `select date_trunc('month', ended_at) as month, account_id, count(*) as plays
from plays
group by 1, 2
order by 1, 2`,
    },
    {
      id: 'newest-play',
      name: 'Newest play of each account',
      description: 'How fresh the tables are.',
      sql: `select account_id, max(ended_at) as newest_play
from plays
group by account_id`,
    },
    {
      id: 'coverage-gaps',
      name: 'Days on which plays may be missing',
      description: 'Days that are not certain, the newest first.',
      sql: `select *
from coverage
where state <> 'certain'
order by day desc
limit 100`,
    },
    {
      id: 'quarantine',
      name: 'What was set aside, and why',
      description: 'Records that no table holds.',
      sql: `select stream, code, count(*) as records
from quarantine
group by stream, code
order by records desc`,
    },
  ];
