drop table message_recipients, messages, message_templates;
