{{- define "gpu-simulator.labels" -}}
app.kubernetes.io/name: gpu-simulator
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
{{- end }}
