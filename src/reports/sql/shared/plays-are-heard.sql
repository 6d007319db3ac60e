-- A constant: see items_are_summed.
(kept.has_heard())
