-- Another rule than 30s and any, or an account's own, is asked of each play. A constant, so that only one of the two ways is gone.
(coalesce($counting, '30s') in ('30s', 'any')
  and ($counting is not null or not (rule_counts('any') or rule_counts('completed') or rule_counts('half'))))
