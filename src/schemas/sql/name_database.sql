-- no parameters; the database of this session
SELECT current_database()
