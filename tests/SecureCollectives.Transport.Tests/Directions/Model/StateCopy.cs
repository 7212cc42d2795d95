using System.Reflection;

namespace SecureCollectives.Transport.Tests.Directions.Model;

/// <summary>Deep-copies an object, except for immutable parts. An object that is referenced twice is copied once.</summary>
internal sealed class StateCopy
{
    private static readonly Func<object, object> CloneShallow =
        typeof(object).GetMethod(
            nameof(MemberwiseClone), BindingFlags.Instance | BindingFlags.NonPublic)!.CreateDelegate<Func<object, object>>();

    private readonly Dictionary<Type, FieldInfo[]> _references = [];
    private readonly Dictionary<object, object> _copies = new(ReferenceEqualityComparer.Instance);

    public T Of<T>(T state)
        where T : class
    {
        _copies.Clear();
        return (T)Copy(state);
    }

    private object Copy(object original)
    {
        var type = original.GetType();
        if (StateFields.IsShared(type))
        {
            return original;
        }

        if (_copies.TryGetValue(original, out var known))
        {
            return known;
        }

        var copy = CloneShallow(original);
        _copies.Add(original, copy);
        if (copy is object?[] parts)
        {
            for (var i = 0; i < parts.Length; i++)
            {
                parts[i] = parts[i] is { } part ? Copy(part) : null;
            }
        }
        else if (!type.IsArray)
        {
            foreach (var field in ReferencesOf(type))
            {
                if (field.GetValue(original) is { } value)
                {
                    field.SetValue(copy, Copy(value));
                }
            }
        }

        return copy;
    }

    private FieldInfo[] ReferencesOf(Type type)
    {
        if (!_references.TryGetValue(type, out var fields))
        {
            fields = [.. StateFields.Of(type).Where(field => !field.FieldType.IsValueType && !StateFields.IsShared(field.FieldType))];
            _references.Add(type, fields);
        }

        return fields;
    }
}
