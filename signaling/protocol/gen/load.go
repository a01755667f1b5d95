package main

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"go/types"
	"path/filepath"
	"strings"
)

// source is one package: its checked types and the documentation of each declaration and field by position.
type source struct {
	pkg   *types.Package
	decls []*types.TypeName // exported types in the order of the source
	vals  []*types.Const    // exported constants in the order of the source
	docs  map[token.Pos]string
}

// loader type-checks packages of this module. Packages of others stay empty: a wire type that needs one is refused later.
type loader struct {
	fset   *token.FileSet
	loaded map[string]*types.Package
}

func newLoader() *loader {
	return &loader{fset: token.NewFileSet(), loaded: map[string]*types.Package{}}
}

// Import is types.Importer: a package loaded before, or an empty one.
func (l *loader) Import(path string) (*types.Package, error) {
	if p := l.loaded[path]; p != nil {
		return p, nil
	}
	p := types.NewPackage(path, path[strings.LastIndex(path, "/")+1:])
	p.MarkComplete()
	return p, nil
}

// load reads the files of one folder, tests left out.
func (l *loader) load(dir, path string) (*source, error) {
	names, err := filepath.Glob(filepath.Join(dir, "*.go"))
	if err != nil {
		return nil, err
	}
	var files []*ast.File
	for _, name := range names {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		f, err := parser.ParseFile(l.fset, name, nil, parser.ParseComments|parser.SkipObjectResolution)
		if err != nil {
			return nil, err
		}
		files = append(files, f)
	}
	if len(files) == 0 {
		return nil, fmt.Errorf("no Go files in %s", dir)
	}
	// Errors of the empty packages are expected, so all are ignored: the compiler reports the real ones.
	conf := types.Config{Importer: l, IgnoreFuncBodies: true, Error: func(error) {}}
	info := &types.Info{Defs: map[*ast.Ident]types.Object{}}
	pkg, _ := conf.Check(path, l.fset, files, info)
	l.loaded[path] = pkg
	s := &source{pkg: pkg, docs: map[token.Pos]string{}}
	for _, f := range files {
		s.collect(f, info)
	}
	return s, nil
}

// collect notes the declarations of a file and their documentation.
func (s *source) collect(f *ast.File, info *types.Info) {
	for _, d := range f.Decls {
		g, ok := d.(*ast.GenDecl)
		if !ok {
			continue
		}
		for _, spec := range g.Specs {
			switch spec := spec.(type) {
			case *ast.TypeSpec:
				s.collectType(g, spec, info)
			case *ast.ValueSpec:
				s.collectConsts(spec, info)
			}
		}
	}
}

func (s *source) collectType(g *ast.GenDecl, spec *ast.TypeSpec, info *types.Info) {
	name, ok := info.Defs[spec.Name].(*types.TypeName)
	if !ok || !name.Exported() {
		return
	}
	s.decls = append(s.decls, name)
	s.docs[spec.Name.Pos()] = text(spec.Doc, g.Doc)
	st, ok := spec.Type.(*ast.StructType)
	if !ok {
		return
	}
	for _, field := range st.Fields.List {
		for _, n := range field.Names {
			s.docs[n.Pos()] = text(field.Doc, field.Comment)
		}
	}
}

func (s *source) collectConsts(spec *ast.ValueSpec, info *types.Info) {
	for _, n := range spec.Names {
		if c, ok := info.Defs[n].(*types.Const); ok && c.Exported() {
			s.vals = append(s.vals, c)
			s.docs[n.Pos()] = text(spec.Doc, spec.Comment)
		}
	}
}

// text is the first of the comments that says something.
func text(groups ...*ast.CommentGroup) string {
	for _, g := range groups {
		if t := strings.TrimSpace(g.Text()); t != "" {
			return t
		}
	}
	return ""
}
