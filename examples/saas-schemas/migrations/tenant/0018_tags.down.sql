drop table taggings, tags;
