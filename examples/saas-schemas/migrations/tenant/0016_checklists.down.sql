drop table checklist_answers, checklists, checklist_template_items, checklist_templates;
