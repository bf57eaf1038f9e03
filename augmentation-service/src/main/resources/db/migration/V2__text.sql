-- Texts: which columns of tables hold them, tokenizers, and what tokenizers make of dataset versions.

alter table dataset_version add column columns jsonb not null default '{}';

-- A tokenizer's file is in the object store; it can be used once its row says READY.
create table tokenizer (
    name            text primary key,
    source          text        not null check (source in ('trained', 'uploaded')),
    state           text        not null check (state in ('TRAINING', 'READY', 'FAILED')),
    reason          text,
    -- What it is trained on; null where it was uploaded.
    dataset         text,
    version         integer,
    -- How many tokens were asked for, and once READY how many there are.
    vocabulary      integer     not null,
    sha256          text,
    -- The tokens that views need; null until READY.
    special         jsonb,
    idempotency_key text unique,
    created_at      timestamptz not null,

    -- The training's lease, as an ingest's.
    id              text        not null unique,
    fence           bigint      not null default 0,
    leased_until    timestamptz,
    attempts        integer     not null default 0,
    samples         bigint      not null default 0,
    bytes           bigint      not null default 0,
    total_bytes     bigint      not null default 0
);

-- The tokens of a dataset version by one tokenizer, in the object store beside the version's shards.
create table token_index (
    dataset         text        not null,
    version         integer     not null,
    tokenizer       text        not null,
    sha256          text        not null,
    state           text        not null check (state in ('BUILDING', 'READY', 'FAILED')),
    reason          text,
    summary         jsonb,
    created_at      timestamptz not null,

    id              text        not null unique,
    fence           bigint      not null default 0,
    leased_until    timestamptz,
    attempts        integer     not null default 0,
    samples         bigint      not null default 0,
    bytes           bigint      not null default 0,
    total_bytes     bigint      not null default 0,

    primary key (dataset, version, tokenizer),
    foreign key (dataset, version) references dataset_version (dataset, version) on delete cascade
);
