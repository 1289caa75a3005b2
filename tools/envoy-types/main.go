// Command envoy-types writes what istiod's webhook knows of Envoy's configuration:
// the names and types of the fields of every message that an EnvoyFilter may hold.
// Facts only: no comments, no numbers on the wire, no rules of validation.
//
//	go run . > ../../crds/envoy-types.txt
//
// The messages are those registered in the Istio release that go.mod names, because
// its webhook resolves an "@type" with them and with nothing else.
package main

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"regexp"
	"runtime/debug"
	"slices"
	"strings"

	udpa "github.com/cncf/xds/go/udpa/annotations"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/reflect/protoregistry"
	"google.golang.org/protobuf/types/descriptorpb"

	// Registers every message that the webhook can resolve.
	_ "istio.io/istio/pkg/config/validation/envoyfilter"
)

// roots are what an EnvoyFilter patches, by its applyTo.
var roots = []protoreflect.FullName{
	"envoy.config.cluster.v3.Cluster", "envoy.config.listener.v3.Listener", "envoy.config.listener.v3.FilterChain",
	"envoy.config.listener.v3.Filter", "envoy.config.listener.v3.ListenerFilter", "envoy.config.route.v3.RouteConfiguration",
	"envoy.config.route.v3.VirtualHost", "envoy.config.route.v3.Route", "envoy.config.core.v3.TypedExtensionConfig",
	"envoy.config.bootstrap.v3.Bootstrap", "envoy.extensions.filters.network.http_connection_manager.v3.HttpFilter",
}

// detailed are the packages whose messages stand behind an "@type" in practice. Of the
// other registered ones (Envoy's APIs on the wire, Istio's own, Google's), only the names
// are written: they resolve, and what is in them is not looked at.
var detailed = regexp.MustCompile(`^(envoy\.(config|extensions|type)|udpa\.type|xds\.type|io\.istio|istio\.envoy)\.`)

func main() {
	text, err := generate()
	if err == nil {
		_, err = os.Stdout.Write(text)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "envoy-types: "+err.Error())
		os.Exit(1)
	}
}

func generate() ([]byte, error) {
	out := &bytes.Buffer{}
	err := write(out)
	return out.Bytes(), err
}

func write(out io.Writer) error {
	wanted := reachable()
	packages := byPackage()
	names := make([]string, 0, len(packages))
	for name := range packages {
		names = append(names, name)
	}
	slices.Sort(names)
	numbers := map[string]int{}
	for i, name := range names {
		numbers[name] = i
	}
	fmt.Fprintln(out, "# Made by: tools/envoy-types/update.sh; do not edit. Facts only:")
	fmt.Fprintln(out, "# what the webhook of "+release()+" knows of Envoy's messages.")
	fmt.Fprintln(out, "#")
	fmt.Fprintln(out, "# P package; M message: field:[* for a list|{key}]type[|oneof]; E enum: values; N messages of which only the name matters.")
	fmt.Fprintln(out, "# Types: b bool, i int32, l int64, u uint32, v uint64, f float, d double, s string, y bytes; else [number of the package.]name.")
	for _, name := range names {
		fmt.Fprintln(out, "P "+name)
		nameOnly := ""
		for _, d := range packages[name] {
			if !wanted[d.FullName()] {
				if _, ok := d.(protoreflect.MessageDescriptor); ok {
					nameOnly += " " + inPackage(d)
				}
				continue
			}
			switch d := d.(type) {
			case protoreflect.MessageDescriptor:
				if err := writeMessage(out, d, numbers); err != nil {
					return err
				}
			case protoreflect.EnumDescriptor:
				writeEnum(out, d)
			}
		}
		if nameOnly != "" {
			fmt.Fprintln(out, "N"+nameOnly)
		}
	}
	return nil
}

// reachable finds the messages and enums of which the fields and values are written.
func reachable() map[protoreflect.FullName]bool {
	found := map[protoreflect.FullName]bool{}
	var visit func(d protoreflect.Descriptor)
	visit = func(d protoreflect.Descriptor) {
		if found[d.FullName()] {
			return
		}
		found[d.FullName()] = true
		message, ok := d.(protoreflect.MessageDescriptor)
		if !ok {
			return
		}
		for i := range message.Fields().Len() {
			field := message.Fields().Get(i)
			if field.IsMap() {
				field = field.MapValue()
			}
			if field.Message() != nil {
				visit(field.Message())
			} else if field.Enum() != nil {
				visit(field.Enum())
			}
		}
	}
	protoregistry.GlobalTypes.RangeMessages(func(t protoreflect.MessageType) bool {
		d := t.Descriptor()
		if !d.IsMapEntry() && (detailed.MatchString(string(d.FullName())) || slices.Contains(roots, d.FullName())) {
			visit(d)
		}
		return true
	})
	return found
}

// byPackage sorts all messages and enums.
func byPackage() map[string][]protoreflect.Descriptor {
	packages := map[string][]protoreflect.Descriptor{}
	add := func(d protoreflect.Descriptor) {
		name := string(d.ParentFile().Package())
		packages[name] = append(packages[name], d)
	}
	protoregistry.GlobalTypes.RangeMessages(func(t protoreflect.MessageType) bool {
		if !t.Descriptor().IsMapEntry() {
			add(t.Descriptor())
		}
		return true
	})
	protoregistry.GlobalTypes.RangeEnums(func(t protoreflect.EnumType) bool {
		add(t.Descriptor())
		return true
	})
	for _, descriptors := range packages {
		slices.SortFunc(descriptors, func(a, b protoreflect.Descriptor) int {
			return strings.Compare(string(a.FullName()), string(b.FullName()))
		})
	}
	return packages
}

func writeMessage(out io.Writer, d protoreflect.MessageDescriptor, packages map[string]int) error {
	if isFrozen(d.ParentFile()) {
		return fmt.Errorf("%s is of a frozen version, of which the webhook warns: neither this tool nor the check knows that", d.FullName())
	}
	fmt.Fprintf(out, "M %s", inPackage(d))
	for i := range d.Fields().Len() {
		field := d.Fields().Get(i)
		if field.JSONName() != camelCase(string(field.Name())) {
			return fmt.Errorf("%s has a JSON name of its own: neither this tool nor the check knows that", field.FullName())
		}
		if field.IsMap() && field.MapKey().Kind() == protoreflect.BoolKind {
			return fmt.Errorf("%s is a map from booleans: neither this tool nor the check knows that", field.FullName())
		}
		if field.Cardinality() == protoreflect.Required {
			return fmt.Errorf("%s is required: neither this tool nor the check knows that", field.FullName())
		}
		fmt.Fprintf(out, " %s:%s", field.Name(), fieldType(field, packages))
		if oneof := field.ContainingOneof(); oneof != nil && !oneof.IsSynthetic() {
			fmt.Fprintf(out, "|%d", oneof.Index())
		}
	}
	fmt.Fprintln(out)
	return nil
}

func writeEnum(out io.Writer, d protoreflect.EnumDescriptor) {
	fmt.Fprintf(out, "E %s", inPackage(d))
	for i := range d.Values().Len() {
		fmt.Fprintf(out, " %s", d.Values().Get(i).Name())
	}
	fmt.Fprintln(out)
}

func fieldType(field protoreflect.FieldDescriptor, packages map[string]int) string {
	switch {
	case field.IsMap():
		return "{" + valueType(field.MapKey(), packages) + "}" + valueType(field.MapValue(), packages)
	case field.IsList():
		return "*" + valueType(field, packages)
	}
	return valueType(field, packages)
}

func valueType(field protoreflect.FieldDescriptor, packages map[string]int) string {
	switch field.Kind() {
	case protoreflect.BoolKind:
		return "b"
	case protoreflect.Int32Kind, protoreflect.Sint32Kind, protoreflect.Sfixed32Kind:
		return "i"
	case protoreflect.Int64Kind, protoreflect.Sint64Kind, protoreflect.Sfixed64Kind:
		return "l"
	case protoreflect.Uint32Kind, protoreflect.Fixed32Kind:
		return "u"
	case protoreflect.Uint64Kind, protoreflect.Fixed64Kind:
		return "v"
	case protoreflect.FloatKind:
		return "f"
	case protoreflect.DoubleKind:
		return "d"
	case protoreflect.StringKind:
		return "s"
	case protoreflect.BytesKind:
		return "y"
	}
	var target protoreflect.Descriptor = field.Enum()
	if field.Message() != nil {
		target = field.Message()
	}
	if target.ParentFile().Package() == field.ParentFile().Package() {
		return inPackage(target)
	}
	return fmt.Sprintf("%d.%s", packages[string(target.ParentFile().Package())], inPackage(target))
}

// inPackage is the name without the package: `Cluster.LbPolicy`.
func inPackage(d protoreflect.Descriptor) string {
	return strings.TrimPrefix(string(d.FullName()), string(d.ParentFile().Package())+".")
}

// isFrozen tells of an API version that Envoy develops no further.
func isFrozen(file protoreflect.FileDescriptor) bool {
	options, ok := file.Options().(*descriptorpb.FileOptions)
	if !ok || !proto.HasExtension(options, udpa.E_FileStatus) {
		return false
	}
	status, ok := proto.GetExtension(options, udpa.E_FileStatus).(*udpa.StatusAnnotation)
	return ok && status.GetPackageVersionStatus() == udpa.PackageVersionStatus_FROZEN
}

// camelCase is how a field's JSON name follows from its name where nobody says otherwise.
func camelCase(name string) string {
	var camel strings.Builder
	upper := false
	for _, c := range name {
		switch {
		case c == '_':
			upper = true
			continue
		case upper && 'a' <= c && c <= 'z':
			c += 'A' - 'a'
		}
		upper = false
		camel.WriteRune(c)
	}
	return camel.String()
}

// release names the version of Istio that this program is built with.
func release() string {
	if info, ok := debug.ReadBuildInfo(); ok {
		for _, module := range info.Deps {
			if module.Path == "istio.io/istio" {
				return module.Path + " " + module.Version
			}
		}
	}
	return "an unknown istio.io/istio"
}
