-- The oracle: who may see what of the trial tables, written a second time, by hand, in SQL. It shares nothing with the rules:
-- column lists, conditions and scope names are its own. `views` of a row: every scope it is in, with what that scope's readers get.
-- Not IMMUTABLE, though they are: PostgreSQL 18 fails to plan their union once it has inlined them.

CREATE SCHEMA oracle;

CREATE FUNCTION oracle.views(n trial_notes) RETURNS TABLE (scope text, body jsonb) LANGUAGE sql AS $$
  SELECT 'owner:' || n.owner || '/private', jsonb_build_object('id', n.id, 'owner', n.owner, 'reviewer', n.reviewer, 'team', n.team,
    'visibility', n.visibility, 'body', n.body, 'secret', n.secret, 'amount', n.amount::text, 'version', n.version)
  WHERE n.owner IS NOT NULL
  UNION ALL
  SELECT 'reviewer:' || n.reviewer || '/review', jsonb_build_object('id', n.id, 'owner', n.owner, 'body', n.body, 'version', n.version)
  WHERE n.reviewer IS NOT NULL
  UNION ALL
  SELECT 'team:' || n.team || '/team', jsonb_build_object('id', n.id, 'team', n.team, 'body', n.body, 'version', n.version)
  WHERE n.team IS NOT NULL
  UNION ALL
  SELECT 'notes/public', jsonb_build_object('id', n.id, 'body', n.body)
  WHERE n.visibility = 'public'
  UNION ALL
  SELECT 'note:' || n.id || '/follow', jsonb_build_object('id', n.id, 'visibility', n.visibility, 'version', n.version)
$$;

CREATE FUNCTION oracle.views(r trial_replies) RETURNS TABLE (scope text, body jsonb) LANGUAGE sql AS $$
  SELECT 'team:' || r.team || '/team', jsonb_build_object('id', r.id, 'noteId', r.note_id, 'body', r.body, 'version', r.version)
  WHERE r.team IS NOT NULL
  UNION ALL
  SELECT 'thread:' || r.note_id || '/thread', jsonb_build_object('id', r.id, 'noteId', r.note_id, 'team', r.team, 'version', r.version)
$$;

CREATE FUNCTION oracle.views(s trial_shadows) RETURNS TABLE (scope text, body jsonb) LANGUAGE sql AS $$
  SELECT 'team:' || s.team || '/team', jsonb_build_object('id', s.id, 'size', s.size, 'version', s.version)
$$;

CREATE FUNCTION oracle.views(t trial_ticks) RETURNS TABLE (scope text, body jsonb) LANGUAGE sql AS $$
  SELECT 'board:' || t.board || '/watch', jsonb_build_object('id', t.id, 'board', t.board, 'count', t.count, 'version', t.version)
$$;

CREATE FUNCTION oracle.views(p trial_pairs) RETURNS TABLE (scope text, body jsonb) LANGUAGE sql AS $$
  SELECT 'team:' || p.team || '/team', jsonb_build_object('id', p.id, 'pair', p.pair, 'value', p.value)
$$;

CREATE FUNCTION oracle.views(s trial_scraps) RETURNS TABLE (scope text, body jsonb) LANGUAGE sql AS $$
  SELECT 'team:' || s.team || '/team', jsonb_build_object('id', s.id, 'body', s.body) WHERE s.team IS NOT NULL
$$;
