{{/* Refuses what cannot work, with what to do. */}}
{{- define "stabbur.preflight" -}}
{{- if eq .Values.database.kind "external" -}}
{{- if not .Values.database.external.existingSecret -}}
{{- fail "The database's passwords come from a Secret: name it in database.external.existingSecret." -}}
{{- end -}}
{{- if and (not .Values.database.external.url) (not .Values.existingSecret) -}}
{{- fail "database.kind is external: set database.external.url, such as postgresql://db.example.org:5432/postgres." -}}
{{- end -}}
{{- end -}}
{{- $several := or (gt (int .Values.replicaCount) 1) .Values.autoscaling.enabled -}}
{{- if include "stabbur.isEmbedded" . -}}
{{- if $several -}}
{{- fail "The embedded Postgres belongs to one pod: set replicaCount to 1 and autoscaling.enabled to false, or database.kind to external or cloudnativepg." -}}
{{- end -}}
{{- if .Values.migrations.job.enabled -}}
{{- fail "A migration Job cannot reach a Postgres inside the pod: set migrations.job.enabled to false, or database.kind to external or cloudnativepg." -}}
{{- end -}}
{{- else -}}
{{- if and (not .Values.objectStore.bucket) (not .Values.existingSecret) (not (dig "projects" "default" "store-bucket" "" .Values.settings)) -}}
{{- fail "Without a volume files need a bucket: set objectStore.bucket." -}}
{{- end -}}
{{- if not (include "stabbur.keysSecret" .) -}}
{{- fail "Pods without a volume need their keys from a Secret: set keys.existingSecret, or keys.generate.enabled to true." -}}
{{- end -}}
{{- end -}}
{{- if and .Values.database.external.url (ne .Values.database.kind "external") -}}
{{- fail "database.external.url is set and database.kind is not external: set one of them right." -}}
{{- end -}}
{{- if and .Values.autoscaling.enabled (gt (int .Values.autoscaling.minReplicas) (int .Values.autoscaling.maxReplicas)) -}}
{{- fail "autoscaling.minReplicas is more than autoscaling.maxReplicas." -}}
{{- end -}}
{{- if ge (int .Values.preStopSeconds) (int .Values.terminationGracePeriodSeconds) -}}
{{- fail "preStopSeconds must be less than terminationGracePeriodSeconds, of which it is a part." -}}
{{- end -}}
{{- if and .Values.ingress.enabled (not .Values.ingress.hosts) -}}
{{- fail "ingress.hosts is needed when ingress.enabled is true." -}}
{{- end -}}
{{- if and .Values.httpRoute.enabled (not .Values.httpRoute.parentRefs) -}}
{{- fail "httpRoute.parentRefs is needed when httpRoute.enabled is true: name your gateway." -}}
{{- end -}}
{{- if and .Values.metrics.serviceMonitor.enabled (not .Values.metrics.existingSecret) -}}
{{- fail "A ServiceMonitor needs the token of /metrics: put it into a Secret and name it in metrics.existingSecret." -}}
{{- end -}}
{{- if and .Values.valkey.enabled (not (include "stabbur.keysSecret" .)) -}}
{{- fail "Valkey's password is in the Secret of the keys: set keys.existingSecret, or database.kind to external or cloudnativepg." -}}
{{- end -}}
{{- end -}}
