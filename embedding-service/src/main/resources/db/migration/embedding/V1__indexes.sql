-- An index of vectors, and which of its snapshots in the object store is the true one. Whoever changes an index holds
-- the lock of its row from before the snapshot that it starts from is read until the next one is named here.
create table vector_index (
  id text primary key,
  name text not null unique,
  -- The version that embeds this index's images and texts, as name@3; null where callers bring vectors.
  model text,
  dimensions int not null,
  similarity text not null check (similarity in ('COSINE', 'DOT', 'EUCLIDEAN')),
  search text not null check (search in ('HNSW', 'EXACT')),
  connections int not null,
  ef_construction int not null,
  created_at timestamptz not null,
  idempotency_key text unique,
  request_sha256 text,
  -- Counts the snapshots.
  generation bigint not null default 0,
  -- The key of the newest snapshot's manifest; null while there is none.
  manifest text,
  entries bigint not null default 0,
  deleted bigint not null default 0,
  segments int not null default 0,
  bytes bigint not null default 0,
  changed_at timestamptz not null
);
