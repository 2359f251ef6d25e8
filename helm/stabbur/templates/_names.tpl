{{- define "stabbur.name" -}}
{{- if .Values.fullnameOverride -}}
{{- .Values.fullnameOverride | trunc 40 | trimSuffix "-" -}}
{{- else -}}
{{- $chart := .Values.nameOverride | default .Chart.Name -}}
{{- if contains $chart .Release.Name -}}
{{- .Release.Name | trunc 40 | trimSuffix "-" -}}
{{- else -}}
{{- printf "%s-%s" .Release.Name $chart | trunc 40 | trimSuffix "-" -}}
{{- end -}}
{{- end -}}
{{- end -}}

{{/* What tells the pods that serve from others of the release. */}}
{{- define "stabbur.selector" -}}
app.kubernetes.io/name: {{ .Values.nameOverride | default .Chart.Name }}
app.kubernetes.io/instance: {{ .Release.Name }}
app.kubernetes.io/component: server
{{- end -}}

{{/* Labels of an object of a component: list of the context and the component's name. */}}
{{- define "stabbur.labels" -}}
{{- $root := index . 0 -}}
app.kubernetes.io/name: {{ $root.Values.nameOverride | default $root.Chart.Name }}
app.kubernetes.io/instance: {{ $root.Release.Name }}
app.kubernetes.io/component: {{ index . 1 }}
app.kubernetes.io/version: {{ $root.Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ $root.Release.Service }}
helm.sh/chart: {{ printf "%s-%s" $root.Chart.Name $root.Chart.Version }}
{{- with $root.Values.commonLabels }}
{{ toYaml . }}
{{- end }}
{{- end -}}

{{/* Name, labels and annotations: list of the context, the component, what follows the name, annotations. */}}
{{- define "stabbur.metadata" -}}
{{- $root := index . 0 -}}
{{- $annotations := merge (deepCopy (index . 3)) $root.Values.commonAnnotations -}}
name: {{ include "stabbur.name" $root }}{{ index . 2 }}
labels:
  {{- include "stabbur.labels" (list $root (index . 1)) | nindent 2 }}
{{- with $annotations }}
annotations:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- end -}}

{{- define "stabbur.image" -}}
{{- $prefix := "" -}}
{{- if .Values.global.imageRegistry -}}
{{- $prefix = printf "%s/" (.Values.global.imageRegistry | trimSuffix "/") -}}
{{- end -}}
{{- if .Values.image.digest -}}
{{- printf "%s%s@%s" $prefix .Values.image.repository .Values.image.digest -}}
{{- else -}}
{{- printf "%s%s:%s" $prefix .Values.image.repository (.Values.image.tag | default .Chart.AppVersion) -}}
{{- end -}}
{{- end -}}

{{- define "stabbur.isEmbedded" -}}
{{- if eq .Values.database.kind "embedded" }}true{{ end -}}
{{- end -}}

{{- define "stabbur.secret" -}}
{{- .Values.existingSecret | default (printf "%s-settings" (include "stabbur.name" .)) -}}
{{- end -}}

{{/* The Secret with the key files; empty where they are in the volume. */}}
{{- define "stabbur.keysSecret" -}}
{{- if .Values.keys.existingSecret -}}
{{- .Values.keys.existingSecret -}}
{{- else if and (not (include "stabbur.isEmbedded" .)) .Values.keys.generate.enabled -}}
{{- printf "%s-keys" (include "stabbur.name" .) -}}
{{- end -}}
{{- end -}}

{{/* Whether the Job makes the Secret with the key files. */}}
{{- define "stabbur.generatesKeys" -}}
{{- if and (not .Values.keys.existingSecret) (include "stabbur.keysSecret" .) }}true{{ end -}}
{{- end -}}

{{- define "stabbur.serviceAccount" -}}
{{- if .Values.serviceAccount.create -}}
{{- .Values.serviceAccount.name | default (include "stabbur.name" .) -}}
{{- else -}}
{{- .Values.serviceAccount.name | default "default" -}}
{{- end -}}
{{- end -}}

{{- define "stabbur.podSecurityContext" -}}
{{- if .Values.openshift -}}
{{- toYaml (omit .Values.podSecurityContext "runAsUser" "runAsGroup" "fsGroup" "fsGroupChangePolicy") -}}
{{- else -}}
{{- toYaml .Values.podSecurityContext -}}
{{- end -}}
{{- end -}}

{{/* The Secret with the authority of the database's certificate; empty for none. */}}
{{- define "stabbur.databaseTlsSecret" -}}
{{- if .Values.database.tls.existingSecret -}}
{{- .Values.database.tls.existingSecret -}}
{{- else if eq .Values.database.kind "cloudnativepg" -}}
{{- printf "%s-database-ca" (include "stabbur.name" .) -}}
{{- end -}}
{{- end -}}

{{- define "stabbur.databaseUrl" -}}
{{- $url := .Values.database.external.url -}}
{{- $mode := .Values.database.tls.mode -}}
{{- if eq .Values.database.kind "cloudnativepg" -}}
{{- $url = printf "postgresql://%s-database-rw:5432/stabbur" (include "stabbur.name" .) -}}
{{- $mode = $mode | default "verify-full" -}}
{{- end -}}
{{- $options := list -}}
{{- if $mode -}}
{{- $options = append $options (printf "sslmode=%s" $mode) -}}
{{- end -}}
{{- if include "stabbur.databaseTlsSecret" . -}}
{{- $options = append $options "sslrootcert=/etc/stabbur/database-tls/ca.crt" -}}
{{- end -}}
{{- $url -}}
{{- if $options -}}
{{- contains "?" $url | ternary "&" "?" -}}{{- join "&" $options -}}
{{- end -}}
{{- end -}}

{{/* What the chart's own values say, in the form of the configuration file. */}}
{{- define "stabbur.written" -}}
public-url: {{ required "publicUrl is needed: the address clients use, such as https://api.example.org" .Values.publicUrl }}
{{- if or .Values.ingress.enabled .Values.httpRoute.enabled }}
auth:
  trusted-proxies: 1
{{- end }}
{{- if .Values.migrations.job.enabled }}
migrate: false
{{- end }}
{{- if .Values.metrics.existingSecret }}
operations:
  token: ${STABBUR_OPERATIONS_TOKEN}
{{- end }}
{{- if .Values.valkey.enabled }}
realtime:
  bus:
    kind: redis
    redis-url: redis://:${STABBUR_VALKEY_PASSWORD}@{{ include "stabbur.name" . }}-valkey:6379
{{- end }}
{{- $project := dict -}}
{{- if ne .Values.database.kind "embedded" -}}
{{- $_ := set $project "database-url" (include "stabbur.databaseUrl" .) -}}
{{- $_ := set $project "admin-password" "${STABBUR_ADMIN_PASSWORD}" -}}
{{- end -}}
{{- if eq .Values.database.kind "external" -}}
{{- $_ := set $project "admin-user" .Values.database.external.adminUser -}}
{{- $_ := set $project "api-user" .Values.database.external.apiUser -}}
{{- if .Values.database.external.apiPasswordKey -}}
{{- $_ := set $project "api-password" "${STABBUR_API_PASSWORD}" -}}
{{- end -}}
{{- end -}}
{{- if .Values.objectStore.bucket -}}
{{- $_ := set $project "store-bucket" .Values.objectStore.bucket -}}
{{- $_ := set $project "store-region" .Values.objectStore.region -}}
{{- $_ := set $project "store-path-style" .Values.objectStore.pathStyle -}}
{{- with .Values.objectStore.endpoint -}}
{{- $_ := set $project "store-endpoint" . -}}
{{- end -}}
{{- if .Values.objectStore.existingSecret -}}
{{- $_ := set $project "store-access-key-id" "${STABBUR_STORE_ACCESS_KEY_ID}" -}}
{{- $_ := set $project "store-secret-access-key" "${STABBUR_STORE_SECRET_ACCESS_KEY}" -}}
{{- end -}}
{{- end -}}
{{- with .Values.keys.jwtSecret -}}{{- $_ := set $project "jwt-secret" . -}}{{- end -}}
{{- with .Values.keys.masterKey -}}{{- $_ := set $project "master-key" . -}}{{- end -}}
{{- with .Values.keys.anonKey -}}{{- $_ := set $project "anon-key" . -}}{{- end -}}
{{- with .Values.keys.serviceRoleKey -}}{{- $_ := set $project "service-role-key" . -}}{{- end -}}
{{- with .Values.keys.publishableKey -}}{{- $_ := set $project "publishable-key" . -}}{{- end -}}
{{- with .Values.keys.secretKey -}}{{- $_ := set $project "secret-key" . -}}{{- end -}}
{{- if $project }}
projects:
  default:
    {{- toYaml $project | nindent 4 }}
{{- end }}
{{- end -}}

{{/* The configuration file: `settings`, over what other values say. */}}
{{- define "stabbur.configuration" -}}
{{- $written := include "stabbur.written" . | fromYaml -}}
{{- toYaml (dict "stabbur" (mergeOverwrite $written (deepCopy .Values.settings))) -}}
{{- end -}}

{{/* Variables that the configuration file names. */}}
{{- define "stabbur.environment" -}}
{{- if eq .Values.database.kind "external" }}
- name: STABBUR_ADMIN_PASSWORD
  valueFrom:
    secretKeyRef:
      name: {{ .Values.database.external.existingSecret }}
      key: {{ .Values.database.external.adminPasswordKey }}
{{- if .Values.database.external.apiPasswordKey }}
- name: STABBUR_API_PASSWORD
  valueFrom:
    secretKeyRef:
      name: {{ .Values.database.external.existingSecret }}
      key: {{ .Values.database.external.apiPasswordKey }}
{{- end }}
{{- else if eq .Values.database.kind "cloudnativepg" }}
- name: STABBUR_ADMIN_PASSWORD
  valueFrom:
    secretKeyRef:
      name: {{ include "stabbur.name" . }}-database-superuser
      key: password
{{- end }}
{{- if .Values.objectStore.existingSecret }}
- name: STABBUR_STORE_ACCESS_KEY_ID
  valueFrom:
    secretKeyRef:
      name: {{ .Values.objectStore.existingSecret }}
      key: {{ .Values.objectStore.accessKeyIdKey }}
- name: STABBUR_STORE_SECRET_ACCESS_KEY
  valueFrom:
    secretKeyRef:
      name: {{ .Values.objectStore.existingSecret }}
      key: {{ .Values.objectStore.secretAccessKeyKey }}
{{- end }}
{{- if .Values.metrics.existingSecret }}
- name: STABBUR_OPERATIONS_TOKEN
  valueFrom:
    secretKeyRef:
      name: {{ .Values.metrics.existingSecret }}
      key: {{ .Values.metrics.tokenKey }}
{{- end }}
{{- if .Values.valkey.enabled }}
- name: STABBUR_VALKEY_PASSWORD
  valueFrom:
    secretKeyRef:
      name: {{ include "stabbur.keysSecret" . }}
      key: valkey-password
{{- end }}
{{- with .Values.env }}
{{ toYaml . }}
{{- end }}
{{- end -}}

{{/* Mounts that every container of the program has. */}}
{{- define "stabbur.mounts" -}}
- name: data
  mountPath: /var/lib/stabbur
- name: settings
  mountPath: /etc/stabbur/stabbur.yml
  subPath: stabbur.yml
  readOnly: true
{{- if include "stabbur.keysSecret" . }}
- name: keys
  mountPath: /etc/stabbur/keys
  readOnly: true
{{- end }}
{{- if include "stabbur.databaseTlsSecret" . }}
- name: database-tls
  mountPath: /etc/stabbur/database-tls
  readOnly: true
{{- end }}
{{- if .Values.migrations.configMap }}
- name: migrations
  mountPath: /opt/stabbur/supabase/migrations
  readOnly: true
{{- end }}
- name: tmp
  mountPath: /tmp
{{- with .Values.extraVolumeMounts }}
{{ toYaml . }}
{{- end }}
{{- end -}}

{{/* Volumes of the same: list of the context and the name of the Secret with the settings. */}}
{{- define "stabbur.volumes" -}}
{{- $root := index . 0 -}}
- name: settings
  secret:
    secretName: {{ index . 1 }}
    items:
      - key: stabbur.yml
        path: stabbur.yml
{{- with $root }}
{{- if include "stabbur.keysSecret" . }}
- name: keys
  secret:
    secretName: {{ include "stabbur.keysSecret" . }}
    defaultMode: 0440
{{- end }}
{{- if include "stabbur.databaseTlsSecret" . }}
- name: database-tls
  secret:
    secretName: {{ include "stabbur.databaseTlsSecret" . }}
    items:
      - key: {{ .Values.database.tls.caKey }}
        path: ca.crt
{{- end }}
{{- with .Values.migrations.configMap }}
- name: migrations
  configMap:
    name: {{ . }}
{{- end }}
# Files on their way through; on the node's disk, for memory is limited.
- name: tmp
  emptyDir:
    sizeLimit: {{ .Values.scratch.tmpSize }}
{{- with .Values.extraVolumes }}
{{ toYaml . }}
{{- end }}
{{- end }}
{{- end -}}
