drop table quote_lines, quotes;
