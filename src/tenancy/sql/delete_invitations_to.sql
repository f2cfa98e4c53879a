-- $1 address
delete from tenancy.invitations
where email = $1
