import { HTTPException } from 'hono/http-exception';
import type { PageContext } from '../page-context.ts';

const formTypes = ['application/x-www-form-urlencoded', 'multipart/form-data'];

/** The form that was sent. @throws HTTPException when it is none, or cannot be read */
export async function formOf({ req }: PageContext): Promise<FormData> {
  const type = req.header('Content-Type')?.split(';')[0]?.trim().toLowerCase() ?? '';
  if (!formTypes.includes(type)) throw new HTTPException(415);
  try {
    return await req.formData();
  } catch {
    throw new HTTPException(400);
  }
}
