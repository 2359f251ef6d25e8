-- Portraits are personal data: members of the organisation see them (policy stabbur_avatars_read), others by a signed
-- address. To have public portraits again: update storage.buckets set public = true where id = 'avatars'.
update storage.buckets set public = false where id = 'avatars';
