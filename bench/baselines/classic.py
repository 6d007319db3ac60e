"""The classic job the classic way: read each page, loop over its items, make frames, drop duplicates, write CSV files."""

import csv
import glob
import gzip
import json
import os
import sys

import pandas as pd

folder, out = sys.argv[1], sys.argv[2]
album_list, artist_list, song_list = [], [], []
for path in sorted(glob.glob(os.path.join(folder, "*.json.gz"))):
    with gzip.open(path) as file:
        data = json.load(file)
    for row in data["items"]:
        track = row.get("track") or row.get("item")
        if track is None:
            continue
        album = track["album"]
        album_list.append(
            {
                "album_id": album["id"],
                "name": album["name"],
                "release_date": album["release_date"],
                "total_tracks": album["total_tracks"],
                "url": album["external_urls"]["spotify"],
            }
        )
        for artist in track["artists"]:
            artist_list.append(
                {"artist_id": artist["id"], "artist_name": artist["name"], "external_url": artist["href"]}
            )
        song_list.append(
            {
                "song_id": track["id"],
                "song_name": track["name"],
                "duration_ms": track["duration_ms"],
                "url": track["external_urls"]["spotify"],
                "popularity": track.get("popularity"),
                "song_added": row["added_at"],
                "album_id": album["id"],
                "artist_id": track["artists"][0]["id"],
            }
        )

albums = pd.DataFrame.from_dict(album_list).drop_duplicates(subset=["album_id"])
artists = pd.DataFrame.from_dict(artist_list).drop_duplicates(subset=["artist_id"])
songs = pd.DataFrame.from_dict(song_list)
albums["release_date"] = pd.to_datetime(albums["release_date"], errors="coerce")
songs["song_added"] = pd.to_datetime(songs["song_added"])
for name, frame in (("albums", albums), ("artists", artists), ("songs", songs)):
    frame.to_csv(os.path.join(out, name + ".csv"), index=False, quoting=csv.QUOTE_MINIMAL)
print(json.dumps({"songs": len(songs), "albums": len(albums), "artists": len(artists)}))
