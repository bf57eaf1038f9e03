-- How often a trial ended without a verdict: the pause before the next grows with it.
alter table model_version add column trial_pauses int not null default 0;
