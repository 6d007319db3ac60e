-- Constants: see items_are_summed. Only 'half' asks for the length of what was played.
(kept.has_heard() and coalesce($counting, '30s') <> 'half'
  and ($counting is not null or not (rule_counts('any') or rule_counts('completed') or rule_counts('half'))))
