drop table notification_preferences;
