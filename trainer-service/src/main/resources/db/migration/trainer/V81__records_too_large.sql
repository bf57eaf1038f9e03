-- Why a record cannot be sent; its row stays for people, without its bytes, and those behind it go on.
alter table outbox add column failure text;
