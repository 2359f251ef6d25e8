{{/* The pod that serves, for the Deployment and the StatefulSet. */}}
{{- define "stabbur.pod" -}}
metadata:
  labels:
    {{- include "stabbur.labels" (list . "server") | nindent 4 }}
    {{- with .Values.podLabels }}
    {{- toYaml . | nindent 4 }}
    {{- end }}
  annotations:
    {{- if not .Values.existingSecret }}
    checksum/settings: {{ include "stabbur.configuration" . | sha256sum }}
    {{- end }}
    kubectl.kubernetes.io/default-container: stabbur
    {{- with .Values.podAnnotations }}
    {{- toYaml . | nindent 4 }}
    {{- end }}
spec:
  {{- with .Values.imagePullSecrets }}
  imagePullSecrets:
    {{- toYaml . | nindent 4 }}
  {{- end }}
  serviceAccountName: {{ include "stabbur.serviceAccount" . }}
  automountServiceAccountToken: false
  enableServiceLinks: false
  terminationGracePeriodSeconds: {{ .Values.terminationGracePeriodSeconds }}
  {{- with .Values.priorityClassName }}
  priorityClassName: {{ . }}
  {{- end }}
  securityContext:
    {{- include "stabbur.podSecurityContext" . | nindent 4 }}
  {{- with .Values.extraInitContainers }}
  initContainers:
    {{- toYaml . | nindent 4 }}
  {{- end }}
  containers:
    - name: stabbur
      image: {{ include "stabbur.image" . | quote }}
      imagePullPolicy: {{ .Values.image.pullPolicy }}
      args:
        - up
        - --host=0.0.0.0
        - --data=/var/lib/stabbur/data
        - --config=/etc/stabbur/stabbur.yml
        {{- if include "stabbur.keysSecret" . }}
        - --keys=/etc/stabbur/keys
        {{- end }}
        {{- with .Values.extraArgs }}
        {{- toYaml . | nindent 8 }}
        {{- end }}
      {{- with include "stabbur.environment" . | trim }}
      env:
        {{- . | nindent 8 }}
      {{- end }}
      {{- with .Values.extraEnvFrom }}
      envFrom:
        {{- toYaml . | nindent 8 }}
      {{- end }}
      ports:
        - name: http
          containerPort: 54321
          protocol: TCP
      startupProbe:
        httpGet:
          path: /health/startup
          port: http
        periodSeconds: {{ .Values.startupProbe.periodSeconds }}
        failureThreshold: {{ .Values.startupProbe.failureThreshold }}
      livenessProbe:
        httpGet:
          path: /health/liveness
          port: http
        periodSeconds: {{ .Values.livenessProbe.periodSeconds }}
        timeoutSeconds: {{ .Values.livenessProbe.timeoutSeconds }}
        failureThreshold: {{ .Values.livenessProbe.failureThreshold }}
      readinessProbe:
        httpGet:
          path: /health/readiness
          port: http
        periodSeconds: {{ .Values.readinessProbe.periodSeconds }}
        timeoutSeconds: {{ .Values.readinessProbe.timeoutSeconds }}
        failureThreshold: {{ .Values.readinessProbe.failureThreshold }}
      {{- if .Values.preStopSeconds }}
      lifecycle:
        preStop:
          exec:
            command: [sleep, {{ .Values.preStopSeconds | quote }}]
      {{- end }}
      securityContext:
        {{- toYaml .Values.containerSecurityContext | nindent 8 }}
      resources:
        {{- toYaml .Values.resources | nindent 8 }}
      volumeMounts:
        {{- include "stabbur.mounts" . | nindent 8 }}
        {{- if include "stabbur.isEmbedded" . }}
        - name: shared-memory
          mountPath: /dev/shm
        {{- end }}
    {{- with .Values.extraContainers }}
    {{- toYaml . | nindent 4 }}
    {{- end }}
  volumes:
    {{- include "stabbur.volumes" (list . (include "stabbur.secret" .)) | nindent 4 }}
    {{- if include "stabbur.isEmbedded" . }}
    # Postgres shares memory between its processes here.
    - name: shared-memory
      emptyDir:
        medium: Memory
        sizeLimit: {{ .Values.scratch.sharedMemory }}
    {{- with .Values.persistence.existingClaim }}
    - name: data
      persistentVolumeClaim:
        claimName: {{ . }}
    {{- end }}
    {{- else }}
    # Caches and large answers on their way; what must survive is in the database and the bucket.
    - name: data
      emptyDir:
        sizeLimit: {{ .Values.scratch.dataSize }}
    {{- end }}
  {{- with .Values.nodeSelector }}
  nodeSelector:
    {{- toYaml . | nindent 4 }}
  {{- end }}
  {{- if .Values.affinity }}
  affinity:
    {{- toYaml .Values.affinity | nindent 4 }}
  {{- else if not (include "stabbur.isEmbedded" .) }}
  affinity:
    podAntiAffinity:
      preferredDuringSchedulingIgnoredDuringExecution:
        - weight: 100
          podAffinityTerm:
            topologyKey: kubernetes.io/hostname
            labelSelector:
              matchLabels:
                {{- include "stabbur.selector" . | nindent 16 }}
  {{- end }}
  {{- with .Values.tolerations }}
  tolerations:
    {{- toYaml . | nindent 4 }}
  {{- end }}
  {{- with .Values.topologySpreadConstraints }}
  topologySpreadConstraints:
    {{- toYaml . | nindent 4 }}
  {{- end }}
{{- end -}}
