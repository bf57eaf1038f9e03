-- What a caller asked for under an Idempotency-Key, so that another request under the same key is refused. Of what
-- was made before this is not known, so its keys are forgotten.

alter table dataset_version add column request_sha256 text;
update dataset_version set idempotency_key = null;

alter table tokenizer add column request_sha256 text;
update tokenizer set idempotency_key = null;
