package app

import (
	"encoding/binary"
	"io"
	"net/http"
	"strconv"
	"strings"

	core "github.com/envoyproxy/go-control-plane/envoy/config/core/v3"
	auth "github.com/envoyproxy/go-control-plane/envoy/service/auth/v3"
	typev3 "github.com/envoyproxy/go-control-plane/envoy/type/v3"
	"google.golang.org/genproto/googleapis/rpc/status"
	"google.golang.org/grpc/codes"
	"google.golang.org/protobuf/proto"
)

// checkPath is where a proxy asks by gRPC whether a request may pass. Every application answers there: by HTTP it is
// asked with the request itself, so both look the same to who tells it how to answer.
const checkPath = "/envoy.service.auth.v3.Authorization/Check"

// frameHead is what gRPC puts before a message: whether it is compressed, and its length.
const frameHead = 5

func isCheck(request *http.Request) bool {
	return request.URL.Path == checkPath && strings.HasPrefix(request.Header.Get("Content-Type"), "application/grpc")
}

// authorize answers as it was told about the request that a proxy asks for: a status of 400 or more refuses it, and
// headers go to the client then, else to the application.
func (a *Application) authorize(response http.ResponseWriter, request *http.Request, port int) {
	content, err := io.ReadAll(io.LimitReader(request.Body, 16<<20))
	question := &auth.CheckRequest{}
	if err == nil && len(content) >= frameHead {
		err = proto.Unmarshal(content[frameHead:], question)
	}
	if err != nil || len(content) < frameHead {
		http.Error(response, "this is no CheckRequest", http.StatusBadRequest)
		return
	}
	asked := question.GetAttributes().GetRequest().GetHttp()
	seen := a.see(request, port)
	seen.Method, seen.Path, seen.Host, seen.Headers = asked.GetMethod(), asked.GetPath(), asked.GetHost(), asked.GetHeaders()
	arrived := a.record.arrive(seen)
	path, _, _ := strings.Cut(asked.GetPath(), "?")
	behaviour := a.behaviourFor(asked.GetMethod(), path, port)
	if !pause(request.Context(), behaviour.DelayMs) {
		a.record.finish(arrived, "cancelled")
		return
	}
	if behaviour.Close {
		a.record.finish(arrived, "closed")
		abort(response)
		return
	}
	code := http.StatusOK
	if behaviour.Status != 0 {
		code = behaviour.Status
	}
	a.record.finish(arrived, statusText(code))
	header := response.Header()
	header.Set("Content-Type", "application/grpc")
	header.Set("Trailer", "Grpc-Status")
	message, _ := proto.Marshal(decision(code, behaviour.Headers))
	frame := make([]byte, frameHead, frameHead+len(message))
	binary.BigEndian.PutUint32(frame[1:], uint32(len(message))) //nolint:gosec
	_, _ = response.Write(append(frame, message...))
	grpcCode := 0
	if behaviour.GRPCStatus != nil {
		grpcCode = *behaviour.GRPCStatus
	}
	header.Set("Grpc-Status", strconv.Itoa(grpcCode))
}

func decision(code int, headers map[string]string) *auth.CheckResponse {
	var options []*core.HeaderValueOption
	for name, value := range headers {
		options = append(options, &core.HeaderValueOption{Header: &core.HeaderValue{Key: name, Value: value}})
	}
	if code < http.StatusBadRequest {
		return &auth.CheckResponse{
			Status:       &status.Status{Code: int32(codes.OK)},
			HttpResponse: &auth.CheckResponse_OkResponse{OkResponse: &auth.OkHttpResponse{Headers: options}},
		}
	}
	return &auth.CheckResponse{
		Status: &status.Status{Code: int32(codes.PermissionDenied)},
		HttpResponse: &auth.CheckResponse_DeniedResponse{DeniedResponse: &auth.DeniedHttpResponse{
			Status: &typev3.HttpStatus{Code: typev3.StatusCode(code)}, Headers: options, //nolint:gosec
		}},
	}
}
