-- Takes are fruitless where the owner before died; what was given back in order counted too before.
update run set fruitless_takes = 0;
update appraisal set fruitless_takes = 0;
update model_import set fruitless_takes = 0;
comment on column run.fruitless_takes is 'owners that died over the run since it last got anywhere';
comment on column appraisal.fruitless_takes is 'owners that died over the evaluation since it last got anywhere';
comment on column model_import.fruitless_takes is 'owners that died over the import';
