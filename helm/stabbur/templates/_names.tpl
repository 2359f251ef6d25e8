{{- define "stabbur.name" -}}
{{- if contains .Chart.Name .Release.Name -}}
{{- .Release.Name | trunc 52 | trimSuffix "-" -}}
{{- else -}}
{{- printf "%s-%s" .Release.Name .Chart.Name | trunc 52 | trimSuffix "-" -}}
{{- end -}}
{{- end -}}

{{- define "stabbur.selector" -}}
app.kubernetes.io/name: {{ .Chart.Name }}
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end -}}

{{- define "stabbur.labels" -}}
{{ include "stabbur.selector" . }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version }}
{{- end -}}

{{- define "stabbur.secret" -}}
{{- .Values.existingSecret | default (printf "%s-settings" (include "stabbur.name" .)) -}}
{{- end -}}

{{/* The configuration file: settings, with publicUrl and the keys that were given put in. */}}
{{- define "stabbur.configuration" -}}
{{- $settings := deepCopy .Values.settings -}}
{{- $_ := set $settings "public-url" (required "publicUrl is needed: the address clients use, such as https://api.example.org" .Values.publicUrl) -}}
{{- if .Values.ingress.enabled -}}
{{- $settings = mergeOverwrite (dict "auth" (dict "trusted-proxies" 1)) $settings -}}
{{- end -}}
{{- $keys := dict -}}
{{- range $name, $value := .Values.keys -}}
{{- if $value -}}
{{- $_ := set $keys (kebabcase $name) $value -}}
{{- end -}}
{{- end -}}
{{- if $keys -}}
{{- $settings = mergeOverwrite $settings (dict "projects" (dict "default" $keys)) -}}
{{- end -}}
{{- toYaml (dict "stabbur" $settings) -}}
{{- end -}}
