-- A run on texts may publish two models: an encoder and a language model.
alter table model_version drop constraint model_version_run_id_key;
alter table model_version add constraint model_version_of_run unique (run_id, model);

-- Specs say at how many labels encoders are judged; those before named fractions alone.
update run set spec = jsonb_set(spec::jsonb, '{evaluation,labels}', '[]')::json;

-- What a language model makes up, the newest of each name.
create table made_text (
  run_id text not null references run on delete cascade,
  name text not null,
  step bigint not null,
  texts json not null,
  primary key (run_id, name)
);
