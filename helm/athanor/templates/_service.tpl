{{- define "athanor.environment" }}
- {name: SERVER_ADDRESS, value: "0.0.0.0"}
- {name: ATHANOR_KAFKA, value: {{ .Values.kafka.bootstrapServers | quote }}}
- {name: ATHANOR_KAFKA_REPLICATION, value: {{ .Values.kafka.replication | quote }}}
- {name: ATHANOR_KAFKA_MAILBOXES, value: {{ .Values.kafka.mailboxes | quote }}}
- {name: ATHANOR_POSTGRES_URL, value: {{ .Values.postgres.url | quote }}}
- {name: ATHANOR_POSTGRES_USER, value: {{ .Values.postgres.user | quote }}}
- name: ATHANOR_POSTGRES_PASSWORD
  valueFrom: {secretKeyRef: {name: {{ include "athanor.secret" . }}, key: postgres-password}}
- {name: ATHANOR_S3_ENDPOINT, value: {{ .Values.s3.endpoint | quote }}}
- name: ATHANOR_S3_ACCESS_KEY
  valueFrom: {secretKeyRef: {name: {{ include "athanor.secret" . }}, key: s3-access-key}}
- name: ATHANOR_S3_SECRET_KEY
  valueFrom: {secretKeyRef: {name: {{ include "athanor.secret" . }}, key: s3-secret-key}}
- {name: ATHANOR_AUGMENTATION_URL, value: "http://{{ .Release.Name }}-augmentation-service:8081"}
- {name: ATHANOR_TRAINER_URL, value: "http://{{ .Release.Name }}-trainer-service:8082"}
- {name: ATHANOR_EMBEDDING_URL, value: "http://{{ .Release.Name }}-embedding-service:8083"}
- {name: ATHANOR_PROMPT_URL, value: "http://{{ .Release.Name }}-prompt-service:8084"}
- {name: OTEL_EXPORTER_OTLP_ENDPOINT, value: {{ .Values.traces.endpoint | quote }}}
- {name: OTEL_TRACES_SAMPLER_ARG, value: {{ .Values.traces.share | quote }}}
{{- end }}

{{- define "athanor.secret" -}}
{{ .Values.credentials.secret | default (printf "%s-credentials" .Release.Name) }}
{{- end }}

{{- /* A Deployment: root, component (its name), image, port, values, environment of its own, and keys of the Secret by the variables that they go into. */}}
{{- define "athanor.deployment" }}
apiVersion: apps/v1
kind: Deployment
metadata:
  name: {{ .root.Release.Name }}-{{ .component }}
  labels: {app.kubernetes.io/name: {{ .component }}, app.kubernetes.io/instance: {{ .root.Release.Name }}}
spec:
  replicas: {{ .values.replicas }}
  selector:
    matchLabels: {app.kubernetes.io/name: {{ .component }}, app.kubernetes.io/instance: {{ .root.Release.Name }}}
  template:
    metadata:
      labels: {app.kubernetes.io/name: {{ .component }}, app.kubernetes.io/instance: {{ .root.Release.Name }}}
    spec:
      terminationGracePeriodSeconds: 75
      automountServiceAccountToken: false
      securityContext: {runAsNonRoot: true, runAsUser: 10001, seccompProfile: {type: RuntimeDefault}}
      containers:
        - name: {{ .image }}
          image: "{{ .root.Values.image.registry }}/{{ .image }}:{{ .root.Values.image.tag | default .root.Chart.AppVersion }}"
          imagePullPolicy: {{ .root.Values.image.pullPolicy }}
          ports:
            - {name: http, containerPort: {{ .port }}}
            {{- if eq .image "embedding-service" }}
            - {name: grpc, containerPort: 9090}
            {{- end }}
          env:
            {{- include "athanor.environment" .root | nindent 12 }}
            {{- range $name, $value := .environment }}
            - {name: {{ $name }}, value: {{ $value | quote }}}
            {{- end }}
            {{- range $name, $key := .secrets }}
            - name: {{ $name }}
              valueFrom: {secretKeyRef: {name: {{ include "athanor.secret" $.root }}, key: {{ $key }}, optional: true}}
            {{- end }}
            {{- range $name, $value := .values.env }}
            - {name: {{ $name }}, value: {{ $value | quote }}}
            {{- end }}
          securityContext: {allowPrivilegeEscalation: false, capabilities: {drop: [ALL]}}
          # A pod that ends is still sent requests for a moment.
          lifecycle: {preStop: {exec: {command: [sleep, "5"]}}}
          startupProbe: {httpGet: {path: /actuator/health/liveness, port: http}, periodSeconds: 2, failureThreshold: 150}
          livenessProbe: {httpGet: {path: /actuator/health/liveness, port: http}, periodSeconds: 10, timeoutSeconds: 3}
          readinessProbe: {httpGet: {path: /actuator/health/readiness, port: http}, periodSeconds: 5, timeoutSeconds: 3}
          resources: {{- toYaml .values.resources | nindent 12 }}
{{- end }}

{{- /* A Service: root, component, port, and its type. */}}
{{- define "athanor.service" }}
apiVersion: v1
kind: Service
metadata:
  name: {{ .root.Release.Name }}-{{ .name }}
  labels: {app.kubernetes.io/name: {{ .name }}, app.kubernetes.io/instance: {{ .root.Release.Name }}}
spec:
  type: {{ .type | default "ClusterIP" }}
  selector: {app.kubernetes.io/name: {{ .component }}, app.kubernetes.io/instance: {{ .root.Release.Name }}}
  ports:
    - {name: http, port: {{ .port }}, targetPort: http}
    {{- if eq .name "embedding-service" }}
    - {name: grpc, port: 9090, targetPort: grpc}
    {{- end }}
{{- end }}
