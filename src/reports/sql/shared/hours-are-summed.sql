-- Constants: see items_are_summed.
(whole_hours($time_zone) and coalesce($counting, '30s') <> 'half'
  and ($counting is not null or not (rule_counts('any') or rule_counts('completed') or rule_counts('half'))))
