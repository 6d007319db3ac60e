-- Videos, local files and what nobody can tell are music.
case $content
  when 'podcasts' then kind = 'episode'
  when 'audiobooks' then kind = 'audiobook_chapter'
  when 'music' then kind not in ('episode', 'audiobook_chapter')
  else true
end
