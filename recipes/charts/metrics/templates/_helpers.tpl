{{- define "metrics.labels" -}}
app.kubernetes.io/name: metrics
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
{{- end }}
