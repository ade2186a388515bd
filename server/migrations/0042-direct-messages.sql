-- What administrators said to chosen people, newest first, beside what they said to everyone.
create index message_of_administrators on message (id desc) where type = 'admin.message';
