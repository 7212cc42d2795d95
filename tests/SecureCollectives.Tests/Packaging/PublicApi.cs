using System.Globalization;
using System.Reflection;

namespace SecureCollectives.Tests.Packaging;

/// <summary>Writes an assembly's public API, one signature a line, sorted: what a reviewer reads when it changes.</summary>
internal static class PublicApi
{
    private const BindingFlags Declared = BindingFlags.Public | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;

    private static readonly NullabilityInfoContext Nullability = new();

    private static readonly Dictionary<Type, string> Keywords = new()
    {
        [typeof(void)] = "void", [typeof(bool)] = "bool", [typeof(int)] = "int", [typeof(long)] = "long", [typeof(string)] = "string", [typeof(object)] = "object",
    };

    public static string[] Of(Assembly assembly) => [.. assembly.GetExportedTypes().SelectMany(Lines).Order(StringComparer.Ordinal)];

    private static IEnumerable<string> Lines(Type type) => Members(type).Select(member => $"{type.FullName}.{member}").Append($"{type.FullName}: {Kind(type)}");

    private static string Kind(Type type)
    {
        var kind = type.IsEnum ? "enum" : type.IsValueType ? "struct" : type.IsInterface ? "interface"
            : (type.IsAbstract && type.IsSealed ? "static " : type.IsSealed ? "sealed " : type.IsAbstract ? "abstract " : "open ") + "class";
        var bases = type.IsEnum ? [] : new[] { type.BaseType }.OfType<Type>().Where(other => other != typeof(object) && other != typeof(ValueType))
            .Concat(type.GetInterfaces().Except(type.BaseType?.GetInterfaces() ?? []));
        return string.Join(", ", bases.Select(Name).Prepend(kind));
    }

    private static IEnumerable<string> Members(Type type)
    {
        if (type.IsEnum)
        {
            return Enum.GetNames(type).Select(name => $"{name} = {Convert.ToInt64(Enum.Parse(type, name), CultureInfo.InvariantCulture)}");
        }

        var accessors = type.GetProperties(Declared).SelectMany(property => property.GetAccessors()).ToHashSet<MethodInfo>();
        return type.GetProperties(Declared).Select(Property)
            .Concat(type.GetConstructors(Declared).Where(constructor => !constructor.IsStatic).Select(constructor => $".ctor({Parameters(constructor)})"))
            .Concat(type.GetMethods(Declared).Where(method => !accessors.Contains(method)).Select(Method))
            .Concat(type.GetFields(Declared).Select(field => $"{field.Name}: {Static(field.IsStatic)}{Name(field.FieldType)}"));
    }

    private static string Property(PropertyInfo property)
    {
        var accessors = property.GetAccessors();
        var setter = property.SetMethod is not { IsPublic: true } set ? string.Empty
            : set.ReturnParameter.GetRequiredCustomModifiers().Length > 0 ? " init;" : " set;";
        return $"{property.Name}: {Static(accessors[0].IsStatic)}{Name(Nullability.Create(property))} {{ get;{setter} }}";
    }

    private static string Method(MethodInfo method)
    {
        var generics = method.GetGenericArguments();
        var arguments = generics.Length == 0 ? string.Empty : $"<{string.Join(", ", generics.Select(Name))}>";
        var constraints = generics.Select(argument =>
            $" where {argument.Name}: {string.Join(", ", argument.GetGenericParameterConstraints().Where(constraint => constraint != typeof(ValueType)).Select(Name)
                .Prepend(argument.GenericParameterAttributes.HasFlag(GenericParameterAttributes.NotNullableValueTypeConstraint) ? "struct" : "any"))}");
        return $"{method.Name}{arguments}({Parameters(method)}): {Static(method.IsStatic)}{Name(Nullability.Create(method.ReturnParameter))}{string.Concat(constraints)}";
    }

    private static string Parameters(MethodBase method) => string.Join(", ", method.GetParameters().Select(parameter =>
        $"{Name(Nullability.Create(parameter))} {parameter.Name}{(parameter.IsOptional ? $" = {parameter.DefaultValue ?? "default"}" : string.Empty)}"));

    private static string Static(bool isStatic) => isStatic ? "static " : string.Empty;

    private static string Name(NullabilityInfo info) =>
        Name(info.Type) + (!info.Type.IsValueType && info.ReadState == NullabilityState.Nullable ? "?" : string.Empty);

    private static string Name(Type type) =>
        Nullable.GetUnderlyingType(type) is { } inner ? Name(inner) + "?"
        : type.IsGenericType ? $"{type.Name.Split('`')[0]}<{string.Join(", ", type.GetGenericArguments().Select(Name))}>"
        : Keywords.GetValueOrDefault(type, type.Name);
}
