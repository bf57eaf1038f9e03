-- What a published encoder reads is a part of its own now: encoders of texts read otherwise than those of images, which were
-- the only ones that runs could go on from and that evaluations looked at.
update run set parent = json_build_object(
  'model', parent->'model', 'version', parent->'version', 'encoder', parent->'encoder',
  'input', json_build_object('channels', parent->'channels', 'size', parent->'size', 'mean', parent->'mean', 'std', parent->'std'))
where parent is not null;

update appraisal set encoder = json_build_object(
  'model', encoder->'model', 'version', encoder->'version', 'encoder', encoder->'encoder',
  'input', json_build_object('channels', encoder->'channels', 'size', encoder->'size', 'mean', encoder->'mean', 'std', encoder->'std'));
