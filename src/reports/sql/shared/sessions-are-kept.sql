-- Constants: see items_are_summed.
(coalesce($counting, '30s') = '30s' and ($counting is not null or not (rule_counts('any') or rule_counts('completed') or rule_counts('half'))))
