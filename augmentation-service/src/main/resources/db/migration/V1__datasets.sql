-- Datasets and their versions. Objects live in the object store; a version can be seen once its row says READY.

create table dataset (
    name         text primary key,
    -- Version numbers are never used twice, not even after a deletion: batches name them.
    last_version integer     not null default 0,
    created_at   timestamptz not null
);

create table dataset_version (
    dataset         text        not null references dataset (name),
    version         integer     not null,
    state           text        not null check (state in ('UPLOADING', 'INGESTING', 'READY', 'FAILED')),
    reason          text,
    hold_out        double precision not null,
    seed            bigint      not null,
    idempotency_key text,
    created_at      timestamptz not null,
    -- The last sign of life of an upload; what shows none for long is given up.
    touched_at      timestamptz not null,

    -- The ingest's lease. Each claim raises the fence, and every later write names it.
    fence           bigint      not null default 0,
    leased_until    timestamptz,
    attempts        integer     not null default 0,

    samples         bigint      not null default 0,
    bytes           bigint      not null default 0,
    total_bytes     bigint      not null default 0,

    -- What the manifest says, without the samples; null until READY.
    summary         jsonb,
    manifest_sha256 text,

    primary key (dataset, version),
    unique (dataset, idempotency_key)
);

create index dataset_version_to_ingest on dataset_version (leased_until) where state = 'INGESTING';

-- Files in the staging bucket. Each upload has an object of its own, so that replacing a file is one row's change.
create table upload (
    dataset    text    not null,
    version    integer not null,
    split      text    not null check (split in ('train', 'test', 'auto')),
    file       text    not null,
    bytes      bigint  not null,
    sha256     text    not null,
    object_key text    not null,
    primary key (dataset, version, split, file),
    foreign key (dataset, version) references dataset_version (dataset, version) on delete cascade
);
